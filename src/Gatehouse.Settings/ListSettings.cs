namespace Gatehouse.Settings;

/// <summary>How the lists of a server are kept and shown.</summary>
public sealed record ListSettings
{
    /// <summary>Entries of a page that is shown to a caller. Default 1000.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>How old a list may be when it is used; less where the server says so. Default 30 s.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often announced changes of one list are acted on: told to a stream, and the list fetched anew. What comes oftener is joined.
    /// Default 30/min.
    /// </summary>
    public Rate Changes { get; init; } = new(30, TimeSpan.FromMinutes(1));

    /// <summary>True lets callers read resources that are in no list and fit no template, where the policy permits it. Default false.</summary>
    public bool UnlistedResources { get; init; }

    /// <summary>
    /// True for a server whose lists grow while it runs: where first use is trusted, what is added later is inspected, shown and recorded
    /// instead of withheld. What changes is withheld all the same. Default false.
    /// </summary>
    public bool Grow { get; init; }

    /// <summary>
    /// True for a server whose definitions differ by caller: where first use is trusted, each caller's sessions are held to what that caller was
    /// shown first. Default false: all callers are held to what the gateway itself saw.
    /// </summary>
    public bool ByCaller { get; init; }
}
