using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Tests;

/// <summary>Enters exchanges that only note their end.</summary>
internal static class RegistryEntering
{
    public static IExchangeLease Enter(this ExchangeRegistry registry, Exchange exchange, Action<ExchangeEnd> end) =>
        registry.Enter(exchange, new NotedEnd(end));

    private sealed class NotedEnd(Action<ExchangeEnd> end) : IExchangeLife
    {
        public void End(ExchangeEnd why) => end(why);
    }
}
