namespace Gatehouse.Range.Running;

/// <summary>The third-party services of an exercise about connections.</summary>
/// <param name="Asked">The service that the server needs.</param>
/// <param name="Other">A service beside it; null where the exercise has none.</param>
internal sealed record ServicePlaces(RangeService Asked, RangeService? Other)
{
    /// <summary>All of them.</summary>
    public IEnumerable<RangeService> All => Other is null ? [Asked] : [Asked, Other];

    /// <summary>Signs a person in at the services, with the account of the same name.</summary>
    public RangeBrowser SignIn(RangeBrowser browser, string person)
    {
        foreach (var service in All) service.SignIn(browser, person);
        return browser;
    }
}
