namespace Gatehouse.Storage.Abstractions;

/// <summary>What one party used of one day's quota.</summary>
/// <param name="Digest">Digest of the limit and the party, in hexadecimal; names neither.</param>
/// <param name="Day">Days since 0001-01-01 UTC.</param>
/// <param name="Requests">Exchanges.</param>
/// <param name="Bytes">Bytes.</param>
public sealed record QuotaDayRow(string Digest, int Day, long Requests, long Bytes)
{
    /// <summary>When the counts are of no more use: the end of the day.</summary>
    public DateTimeOffset Until => new((Day + 1) * TimeSpan.TicksPerDay, TimeSpan.Zero);

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">The digest is too long or no text.</exception>
    public void Validate() => StoredText.Check(Digest, nameof(Digest));
}
