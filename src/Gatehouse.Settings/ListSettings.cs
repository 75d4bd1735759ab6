namespace Gatehouse.Settings;

/// <summary>Caching and display of a server's lists.</summary>
public sealed record ListSettings
{
    /// <summary>Entries on one page for a caller.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Maximum age of a list that is used; less if the server says so.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Rate at which announced changes of one list are processed: a stream receives the notification, and the list is fetched again. More frequent
    /// changes are joined.
    /// </summary>
    public Rate Changes { get; init; } = new(30, TimeSpan.FromMinutes(1));

    /// <summary>True lets callers read resources that are in no list and match no template, if the policy permits it. Default false.</summary>
    public bool UnlistedResources { get; init; }

    /// <summary>
    /// True for a server whose lists grow while it runs. Under trust on first use, a later addition is inspected, shown and recorded instead of
    /// withheld. A change is still withheld. Default false.
    /// </summary>
    public bool Grow { get; init; }

    /// <summary>
    /// True for a server whose definitions differ by caller. Under trust on first use, the sessions of each caller are held to the definitions that
    /// this caller saw first. Default false: all callers are held to the definitions that the gateway itself saw.
    /// </summary>
    public bool ByCaller { get; init; }
}
