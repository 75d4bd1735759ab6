namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The life of an exchange, which the registry of exchanges may end.</summary>
public interface IExchangeLife
{
    /// <summary>Ends the exchange; the first cause counts. Safe for concurrent use.</summary>
    void End(ExchangeEnd why);

    /// <summary>Ends the exchange because its deadline has come. Safe for concurrent use.</summary>
    void EndByDeadline();
}
