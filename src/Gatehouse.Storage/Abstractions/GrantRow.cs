namespace Gatehouse.Storage.Abstractions;

/// <summary>The right that a person gave to a client for one resource. Every token that follows from it belongs to it and ends with it.</summary>
/// <param name="Id">Identifier, random; also the <c>sid</c> of its tokens.</param>
/// <param name="Subject">The person, as tokens name them.</param>
/// <param name="ClientId">The client.</param>
/// <param name="Resource">The resource (RFC 8707).</param>
/// <param name="Scopes">The scopes, separated by spaces.</param>
/// <param name="Sealed">Sealed facts about the person and the provider's tokens; 1 to <see cref="CredentialRow.MostSealedBytes"/> bytes.</param>
/// <param name="At">When it was given.</param>
/// <param name="Until">When it is over.</param>
public sealed record GrantRow(
    string Id, string Subject, string ClientId, string Resource, string Scopes, ReadOnlyMemory<byte> Sealed, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Id, nameof(Id));
        ArgumentException.ThrowIfNullOrEmpty(Id, nameof(Id)); // an empty one says of a credential that it has no grant
        StoredText.Check(Subject, nameof(Subject));
        StoredText.Check(ClientId, nameof(ClientId));
        StoredText.Check(Resource, nameof(Resource));
        StoredText.Check(Scopes, nameof(Scopes));
        if (Sealed.Length is < 1 or > CredentialRow.MostSealedBytes)
            throw new ArgumentException($"The sealed facts have {Sealed.Length} bytes.", nameof(Sealed));
    }
}
