namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>
/// The authentication that a sign-in must show (OpenID Connect Core §3.1.2.1, RFC 9470 §4). It is sent to the provider, and the answer is judged
/// by it.
/// </summary>
internal sealed record SignInDemand
{
    /// <summary>No demand.</summary>
    public static SignInDemand None { get; } = new();

    /// <summary>True when the person must authenticate again, and the ID token must show it (<c>prompt=login</c>, <c>max_age=0</c>).</summary>
    public bool IsFresh { get; init; }

    /// <summary>
    /// True when the person wants to use another account. The confirmation page shows which one it is, and nothing is demanded of its age.
    /// </summary>
    public bool IsOtherAccount { get; init; }

    /// <summary>True when the person must choose the account (<c>prompt=select_account</c>).</summary>
    public bool SelectsAccount { get; init; }

    /// <summary>The longest time in seconds since the person authenticated; null for any.</summary>
    public int? MaxAge { get; init; }

    /// <summary>Contexts, separated by spaces, of which the sign-in must show one; null for any.</summary>
    public string? AcrValues { get; init; }

    /// <summary>The contexts, in the order of preference.</summary>
    public string[] Contexts() => AcrValues?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The longest time since authentication that the answer must show; null for any.</summary>
    public TimeSpan? LongestAge() => IsFresh ? TimeSpan.Zero : MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
