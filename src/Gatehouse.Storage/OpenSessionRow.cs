namespace Gatehouse.Storage;

/// <summary>A session that is open.</summary>
/// <param name="SessionUid">The session; not its handle.</param>
/// <param name="Owner">Keyed digest of its caller, in hexadecimal.</param>
/// <param name="Until">When its handle has expired by itself, so that the row can be forgotten.</param>
public sealed record OpenSessionRow(string SessionUid, string Owner, DateTimeOffset Until);
