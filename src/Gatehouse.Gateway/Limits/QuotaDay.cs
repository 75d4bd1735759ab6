namespace Gatehouse.Gateway.Limits;

/// <summary>The use of one party on one day.</summary>
/// <param name="Digest">A digest in the place of rule and party; it names neither.</param>
/// <param name="Day">Days since 0001-01-01 UTC.</param>
/// <param name="Requests">Exchanges charged.</param>
/// <param name="Bytes">Bytes of both directions.</param>
public sealed record QuotaDay(string Digest, int Day, long Requests, long Bytes);

/// <summary>The counts of a day before this process began.</summary>
public interface IQuotaDays
{
    /// <summary>Returns the counts of the party, or null when there are none.</summary>
    QuotaDay? Find(string digest);
}
