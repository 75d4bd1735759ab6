namespace Gatehouse.Detection.PersonalData;

/// <summary>Meanings of the words before a value, by the rows of <c>personal-labels.txt</c>.</summary>
[Flags]
internal enum LabelKinds
{
    None = 0,
    Card = 1 << 0,
    Iban = 1 << 1,
    Vat = 1 << 2,
    NationalId = 1 << 3,
    Phone = 1 << 4,
    Address = 1 << 5,

    /// <summary>The name of a person follows.</summary>
    Name = 1 << 6,

    /// <summary>A name follows, of a person or of a thing.</summary>
    AnyName = 1 << 7,

    /// <summary>A role that people have, such as patient or customer.</summary>
    Person = 1 << 8,

    /// <summary>A form of address, such as Mr or Frau.</summary>
    Title = 1 << 9,
    Birth = 1 << 10,
    Health = 1 << 11,
    Passport = 1 << 12,
    Licence = 1 << 13,
    Ip = 1 << 14,
    Latitude = 1 << 15,
    Longitude = 1 << 16,
    Coordinates = 1 << 17,
    Crypto = 1 << 18,
    Month = 1 << 19,

    /// <summary>A word of streets before their name, as in Via Roma, or after it, as in Main Street.</summary>
    StreetFirst = 1 << 20,
    StreetLast = 1 << 21,

    /// <summary>A common given name.</summary>
    GivenName = 1 << 22,

    /// <summary>A small word within names, such as van or de.</summary>
    Particle = 1 << 23,

    /// <summary>The number of a thing: an order, a version, a build.</summary>
    Thing = 1 << 24,

    /// <summary>A place of work or a thing after a form of address: not a name.</summary>
    NotName = 1 << 25,
    Mac = 1 << 26,

    /// <summary>A word of streets that is a word of other things too, as in Park Way and Google Drive.</summary>
    StreetMaybe = 1 << 27,

    /// <summary>A part of a house, such as Apt.</summary>
    Unit = 1 << 28,

    /// <summary>The number of an identity card.</summary>
    IdCard = 1 << 29,

    /// <summary>A word for the number of a thing that is part of a label when it is right behind one, as id.</summary>
    ThingWeak = 1 << 30,

    /// <summary>All meanings that label a value. The rest are parts of names and addresses.</summary>
    Labels = Values | Address | Name | AnyName | Person | Title | Ip | Coordinates | Thing,

    /// <summary>The kinds of values: of two labels for a value the nearer one counts.</summary>
    Values = Card | Iban | Vat | NationalId | Phone | Birth | Health | IdCard | Passport | Licence | Mac | Crypto | Latitude | Longitude,
}
