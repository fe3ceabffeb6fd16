//! Payments in texts that are written out: how many count, and their sum; or the question that must come.

pub enum Comes {
    To(usize, &'static str),
    Asks(&'static str),
}
use Comes::{Asks, To};

pub const TEXTS: &[(&str, &str, Comes)] = &[
    (
        "dashes where there is nothing",
        "取引日,出金金額（円）,入金金額（円）,海外出金金額,取引先\n2025/01/01,\"3,000\",-,-,店\n2025/01/02,-,\"10,000\",-,給与\n2025/01/03,800,-,-,店\n",
        To(3, "6200"),
    ),
    (
        "small whole payments",
        "Date,Description,Amount\n2025-01-02,Lent,-1\n2025-01-03,Lent,-1\n2025-01-05,Back,1\n2025-01-07,Cash,-500\n2025-01-09,Shop,-30\n",
        To(5, "-531"),
    ),
    (
        "whole payments that may be cents",
        "Date,Description,Amount\n2025-01-02,Bread,-310\n2025-01-03,Milk,-129\n2025-01-05,Pay,240000\n2025-01-07,Cash,-5000\n2025-01-09,Shop,-3099\n",
        Asks("hundredths"),
    ),
    (
        "a point behind the year",
        "id,name,state,date,amount,currency\n1,Ricarica,APPROVED,24 lug 2024. 02:59:45,\"30,40 \",EUR\n2,Bar,NOT APPROVED,13 apr 2023. 11:48:16,\"-5,00 \",EUR\n3,Bar,APPROVED,1 mar 2022. 09:44:27,\"-2,40 \",EUR\n",
        To(2, "28.00"),
    ),
];
