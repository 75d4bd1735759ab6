namespace Gatehouse.Settings;

/// <summary>The marks around the texts of untrusted servers.</summary>
public enum UntrustedMark
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Delimiters with a random code.</summary>
    Delimit,

    /// <summary>Delimiters, and a character at every space.</summary>
    Datamark,

    /// <summary>Delimiters around the text in base64.</summary>
    Base64,
}
