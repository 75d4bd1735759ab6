namespace Gatehouse.Detection.Text;

/// <summary>The way in which a text was made readable.</summary>
public enum ViewKind
{
    /// <summary>The bytes, with escapes of JSON resolved.</summary>
    Plain = 0,

    /// <summary>Percent encodings resolved (RFC 3986 section 2.1).</summary>
    Percent,

    /// <summary>Character references of HTML resolved.</summary>
    Entities,

    /// <summary>Escapes with a backslash resolved once more.</summary>
    Escapes,

    /// <summary>Runs of base64 or base64url (RFC 4648) that hold text.</summary>
    Base64,

    /// <summary>Runs of hexadecimal digits that hold text.</summary>
    Hexadecimal,

    /// <summary>The text in tag characters (U+E0020 to U+E007E).</summary>
    Tags,

    /// <summary>The text in variation selectors, a byte each.</summary>
    Selectors,

    /// <summary>The text in two kinds of invisible characters, a bit each.</summary>
    InvisibleBits,

    /// <summary>
    /// For reading: invisible characters, marks and case gone, look-alikes and compatibility forms as plain letters, spaces single.
    /// </summary>
    Folded,

    /// <summary>As <see cref="Folded"/>, with digits and signs within words as the letters that they resemble.</summary>
    Leet,

    /// <summary>As <see cref="Folded"/>, with spaced letters joined to words.</summary>
    Joined,

    /// <summary>Parts of mail in quoted-printable resolved (RFC 2045 section 6.7).</summary>
    QuotedPrintable,

    /// <summary>Tags of HTML or XML left out; comments and texts of attributes kept.</summary>
    Markup,

    /// <summary>Sentences with letters turned by thirteen.</summary>
    Rot13,

    /// <summary>Sentences that are written from behind.</summary>
    Mirrored,
}
