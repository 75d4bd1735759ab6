namespace Gatehouse.Pipeline.Validate;

/// <summary>Says why a client's notification is not passed on; null when it is.</summary>
internal delegate string? ClientNoticeCheck(Exchange exchange, IExchangeRegistry registry);
