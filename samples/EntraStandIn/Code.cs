namespace EntraStandIn;

/// <summary>An authorization code.</summary>
public sealed class Code(Grant grant, string redirectUri, string challenge)
{
    private int spent;

    public Grant Grant { get; } = grant;

    public string RedirectUri { get; } = redirectUri;

    /// <summary>The code challenge, S256.</summary>
    public string Challenge { get; } = challenge;

    /// <summary>True for the first caller alone.</summary>
    public bool TrySpend() => Interlocked.Exchange(ref spent, 1) == 0;
}
