using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Tests;

/// <summary>Enters exchanges that only note their end.</summary>
internal static class RegistryEntering
{
    public static IExchangeLease Enter(this ExchangeRegistry registry, Exchange exchange, Action<ExchangeEnd> end, Action? deadline = null) =>
        registry.Enter(exchange, new NotedEnd(end, deadline));

    private sealed class NotedEnd(Action<ExchangeEnd> end, Action? deadline) : IExchangeLife
    {
        public void End(ExchangeEnd why) => end(why);

        public void EndByDeadline() => deadline?.Invoke();
    }
}
