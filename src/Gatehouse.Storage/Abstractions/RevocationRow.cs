namespace Gatehouse.Storage.Abstractions;

/// <summary>One revocation as it is stored. Each text has at most 4096 bytes in UTF-8.</summary>
/// <param name="Kind">By what it finds its tokens; a word of the caller's.</param>
/// <param name="Issuer">The issuer it is about, or empty.</param>
/// <param name="Value">What is revoked, or empty; a value derived from a secret, such as the hash of a token, in hexadecimal.</param>
/// <param name="At">When it was made.</param>
/// <param name="Until">When it can be forgotten.</param>
/// <param name="Reason">Why, in the words of the one who made it; empty when not told.</param>
/// <param name="By">Who made it; empty when the gateway itself did.</param>
public sealed record RevocationRow(
    string Kind, string Issuer, string Value, DateTimeOffset At, DateTimeOffset Until, string Reason = "", string By = "")
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    public void Validate()
    {
        foreach (var text in new[] { Kind, Issuer, Value, Reason, By }) StoredText.Check(text, nameof(RevocationRow));
    }
}
