namespace Gatehouse.Storage.Abstractions;

/// <summary>A session that is open.</summary>
/// <param name="SessionUid">The session; not its handle.</param>
/// <param name="Owner">Keyed digest of its caller, in hexadecimal.</param>
/// <param name="Until">When its handle has expired by itself, so that the row can be forgotten.</param>
public sealed record OpenSessionRow(string SessionUid, string Owner, DateTimeOffset Until)
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    public void Validate()
    {
        StoredText.Check(SessionUid, nameof(SessionUid));
        StoredText.Check(Owner, nameof(Owner));
    }
}
