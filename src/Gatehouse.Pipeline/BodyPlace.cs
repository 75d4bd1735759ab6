namespace Gatehouse.Pipeline;

/// <summary>
/// The place of a caller for a request whose body is still to be read. The threat: bodies that one caller sends in part would
/// otherwise be bounded by connections alone, of which a caller has many (CWE-770).
/// </summary>
internal sealed class BodyPlace(IExchangeRegistry registry) : IDisposable
{
    private IDisposable? taken;

    /// <exception cref="RefusalException">The caller has too many requests under way.</exception>
    public void Take(Exchange exchange)
    {
        if (exchange.Source is not null) taken = registry.Reserve(exchange);
    }

    public void Dispose() => taken?.Dispose();
}
