namespace Gatehouse.Gateway.Limits;

/// <summary>What was counted of a day before this process began.</summary>
public interface IQuotaDays
{
    /// <summary>What is known of the party; null when there is nothing.</summary>
    QuotaDay? Find(string digest);
}
