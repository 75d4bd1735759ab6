namespace Gatehouse.Storage;

/// <summary>What one party used of one day's quota.</summary>
/// <param name="Digest">Stands for the limit and the party, in hexadecimal; names neither.</param>
/// <param name="Day">Days since 0001-01-01 UTC.</param>
/// <param name="Requests">Exchanges.</param>
/// <param name="Bytes">Bytes.</param>
public sealed record QuotaDayRow(string Digest, int Day, long Requests, long Bytes);
