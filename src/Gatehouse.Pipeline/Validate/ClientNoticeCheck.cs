using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Validate;

/// <summary>A function that returns the reason why a client's notification is not forwarded; null when it is.</summary>
internal delegate string? ClientNoticeCheck(Exchange exchange, IExchangeRegistry registry);
