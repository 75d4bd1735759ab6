namespace Gatehouse.Gateway.Limits;

/// <summary>What one party used of one day.</summary>
/// <param name="Digest">Stands for rule and party; names neither.</param>
/// <param name="Day">Days since 0001-01-01 UTC.</param>
/// <param name="Requests">Exchanges charged.</param>
/// <param name="Bytes">Bytes of both directions.</param>
public sealed record QuotaDay(string Digest, int Day, long Requests, long Bytes);

/// <summary>What was counted of a day before this process began.</summary>
public interface IQuotaDays
{
    /// <summary>What is known of the party; null when there is nothing.</summary>
    QuotaDay? Find(string digest);
}
