namespace Gatehouse.Storage.Abstractions;

/// <summary>The consent of a person to a client. It is shown to the person and can be withdrawn; it never takes the place of a question.</summary>
/// <param name="Subject">The person, as tokens name them.</param>
/// <param name="ClientId">The client.</param>
/// <param name="ClientName">The client's name, as the person read it.</param>
/// <param name="RedirectUri">Where the answer went.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Scopes">The scopes, separated by spaces.</param>
/// <param name="At">When the person consented last.</param>
/// <param name="Until">When it is forgotten.</param>
public sealed record ConsentRow(
    string Subject, string ClientId, string ClientName, string RedirectUri, string Resource, string Scopes, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    public void Validate()
    {
        StoredText.Check(Subject, nameof(Subject));
        StoredText.Check(ClientId, nameof(ClientId));
        StoredText.Check(ClientName, nameof(ClientName));
        StoredText.Check(RedirectUri, nameof(RedirectUri));
        StoredText.Check(Resource, nameof(Resource));
        StoredText.Check(Scopes, nameof(Scopes));
    }
}
