namespace Gatehouse.Storage;

/// <summary>A session that was ended.</summary>
/// <param name="SessionUid">The session.</param>
/// <param name="Until">When its handle has expired by itself, so that the row can be forgotten.</param>
public sealed record EndedSessionRow(string SessionUid, DateTimeOffset Until);
