using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Connections;

/// <summary>Seals connections, links and states with the key ring.</summary>
/// <param name="sealer">The key ring.</param>
/// <param name="time">The clock, by which links end.</param>
internal class ConnectionSeals(IKeySealer sealer, TimeProvider time)
{
    private readonly SealedFacts facts = new(sealer, ConnectionJson.Default);

    /// <summary>The seals of rows and texts.</summary>
    public ISealedFacts Facts => facts;

    /// <summary>Seals the facts of a connection for its place.</summary>
    public byte[] Seal(string issuer, string subject, string server, ConnectionFacts connection) =>
        facts.Seal(ConnectionFacts.Purpose, OwnerOf(issuer, subject, server), connection);

    /// <summary>
    /// Opens a connection; null when its row was copied from another place, or sealed by another key. Threat: a person with access to the store gives
    /// one person's connection to another, or to another server (SK-02).
    /// </summary>
    public Connection? Open(ConnectionRow row) =>
        facts.Open<ConnectionFacts>(ConnectionFacts.Purpose, OwnerOf(row.Issuer, row.Subject, row.Server), row.Sealed) is { } opened
            ? new Connection(row, opened) : null;

    /// <summary>Seals a link for an address.</summary>
    public string Seal(ConnectionLink link) => SealedText.Of(facts, ConnectionLink.Purpose, link);

    /// <summary>Opens a link; null when the gateway did not seal it, or it is over.</summary>
    public ConnectionLink? OpenLink(string? text) =>
        SealedText.Open<ConnectionLink>(facts, ConnectionLink.Purpose, text) is { } link && time.GetUtcNow() < link.Until ? link : null;

    /// <summary>Returns the owner of a connection, which its seal is bound to. Lengths keep the parts apart: no two places have one owner.</summary>
    protected virtual string OwnerOf(string issuer, string subject, string server) =>
        string.Concat(new[] { issuer, subject, server }.Select(part => $"{part.Length}:{part}"));
}
