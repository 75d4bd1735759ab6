namespace Gatehouse.Detection.Text;

/// <summary>Signs that a text may have another reading than the one that is written.</summary>
[Flags]
internal enum TextSigns
{
    None = 0,

    /// <summary>A percent sign before two hexadecimal digits.</summary>
    Percent = 1,

    /// <summary>An ampersand before a letter or a number sign.</summary>
    Entities = 1 << 1,

    /// <summary>A backslash before a letter of an escape.</summary>
    Escapes = 1 << 2,

    /// <summary>A run of letters and digits whose beginning decodes to text.</summary>
    Runs = 1 << 3,

    /// <summary>Characters without an appearance that can carry text.</summary>
    Unseen = 1 << 4,

    /// <summary>Markup of HTML or XML.</summary>
    Markup = 1 << 5,

    /// <summary>An equals sign before two hexadecimal digits or the end of a line.</summary>
    QuotedPrintable = 1 << 6,

    /// <summary>A sentence with function words turned by thirteen letters, or from behind.</summary>
    Turned = 1 << 7,

    /// <summary>Single letters with one separator between.</summary>
    Spaced = 1 << 8,

    /// <summary>Digits or signs between the letters of words.</summary>
    Leet = 1 << 9,
}
