namespace Gatehouse.Storage.Abstractions;

/// <summary>The connection of a person to a third-party service, for one server. Its tokens are sealed.</summary>
/// <param name="Issuer">The issuer of the person's tokens.</param>
/// <param name="Subject">The person, as tokens name them.</param>
/// <param name="Server">The server that it is for, by its name in the configuration.</param>
/// <param name="Provider">The service, by its name in the configuration.</param>
/// <param name="Revision">A random value that each change replaces, so that of two changes at the same time one is refused.</param>
/// <param name="Sealed">Tokens and scopes, sealed.</param>
/// <param name="At">When the person connected it.</param>
/// <param name="Until">When it ends at the latest.</param>
public sealed record ConnectionRow(
    string Issuer, string Subject, string Server, string Provider, string Revision, ReadOnlyMemory<byte> Sealed, DateTimeOffset At,
    DateTimeOffset Until)
{
    /// <summary>The most bytes of <see cref="Sealed"/>: an access token, a refresh token and the scopes.</summary>
    public const int MostSealedBytes = 64 * 1024;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or the sealed part is too large.</exception>
    public void Validate()
    {
        StoredText.Check(Issuer, nameof(Issuer));
        StoredText.Check(Subject, nameof(Subject));
        StoredText.Check(Server, nameof(Server));
        StoredText.Check(Provider, nameof(Provider));
        StoredText.Check(Revision, nameof(Revision));
        if (Sealed.Length > MostSealedBytes) throw new ArgumentException($"The sealed part has more than {MostSealedBytes} bytes.", nameof(Sealed));
    }

    /// <summary>Only the place: the tokens are secret.</summary>
    public override string ToString() => $"connection of {Server} to {Provider}";
}
