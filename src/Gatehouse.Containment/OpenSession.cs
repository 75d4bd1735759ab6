namespace Gatehouse.Containment;

/// <summary>A session of the host, as far as a containment asks for it.</summary>
/// <param name="Server">The server that it belongs to.</param>
/// <param name="Issuer">Issuer of its owner.</param>
/// <param name="Subject">Subject of its owner.</param>
/// <param name="ClientId">Client of its owner.</param>
/// <param name="Uid">Its id.</param>
/// <param name="UpstreamId">Its id at the server; null where the server gave none.</param>
internal sealed record OpenSession(string Server, string Issuer, string Subject, string? ClientId, string Uid, string? UpstreamId);
