use crate::Property;

/// A record's facts beside its common columns, in the order they were found. One text per property.
///
/// Kept in one buffer, because an importer fills and clears it once per row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    text: String,
    ends: Vec<(Property, u32)>,
}

impl Fields {
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Sets a property; an empty text is no fact and is left out. A second value for the same property is appended
    /// after a `; `, so that nothing is lost.
    pub fn set(&mut self, property: Property, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        if let Some(old) = self.get(property) {
            let joined = format!("{old}; {value}");
            let kept: Vec<(Property, String)> =
                self.iter().map(|(p, v)| (p, if p == property { joined.clone() } else { v.to_owned() })).collect();
            self.clear();
            for (p, v) in kept {
                self.push(p, &v);
            }
        } else {
            self.push(property, value);
        }
    }

    fn push(&mut self, property: Property, value: &str) {
        self.text.push_str(value);
        // A record is capped at 1 MiB long before this could overflow.
        self.ends.push((property, u32::try_from(self.text.len()).unwrap_or(u32::MAX)));
    }

    pub fn get(&self, property: Property) -> Option<&str> {
        self.iter().find(|(p, _)| *p == property).map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Property, &str)> {
        self.ends.iter().enumerate().map(|(i, (property, end))| {
            let start = if i == 0 { 0 } else { self.ends[i - 1].1 as usize };
            (*property, &self.text[start..*end as usize])
        })
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_skips_empty_and_joins_repeats() {
        let (order, price) = (Property::named("orderNumber").expect("known"), Property::named("price").expect("known"));
        let mut fields = Fields::default();
        fields.set(order, " 1-2 ");
        fields.set(price, "");
        fields.set(price, "3.00 EUR");
        fields.set(order, "4");
        assert_eq!(fields.iter().collect::<Vec<_>>(), [(order, "1-2; 4"), (price, "3.00 EUR")]);
    }
}
