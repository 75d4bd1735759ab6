namespace Gatehouse.Range.Running;

/// <summary>The identity providers of an exercise about sign-in.</summary>
/// <param name="Corp">The provider of the company, at which Alice and Mallory have accounts.</param>
/// <param name="Partner">The provider of a partner; null where the exercise has none.</param>
internal sealed record SignInPlaces(RangeProvider Corp, RangeProvider? Partner)
{
    /// <summary>A service inside that strangers cannot reach; null where the exercise has none.</summary>
    public Doorbell? Inside { get; init; }

    /// <summary>The providers with the names by which pages offer them.</summary>
    public IEnumerable<(string Name, RangeProvider Provider)> All => Partner is null ? [("corp", Corp)] : [("corp", Corp), ("partner", Partner)];

    /// <summary>A browser in which a person signed in at the company.</summary>
    public RangeBrowser BrowserOf(string person)
    {
        var browser = new RangeBrowser();
        Corp.SignIn(browser, person);
        return browser;
    }
}
