using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.Tests.Shared;

/// <summary>Every page of the authorization server with plausible content, and with the longest that it must bear.</summary>
internal static class SamplePages
{
    public const string Host = "mcp.example.com";

    /// <summary>Value of the forms.</summary>
    public const string Sealed = "c2VhbGVkLXZhbHVl-_0";

    public static PageServer Billing { get; } = new("Billing", Host);

    public static PageClient Vouched { get; } = new("Notes Assistant", ClientOrigin.Document, "notes.example");

    public static PageClient Unvouched { get; } = new("Notes Assistant", ClientOrigin.Registered, null);

    public static ConsentModel Consent { get; } = new()
    {
        Client = Vouched,
        RedirectUri = "https://app.notes.example/oauth/callback",
        Server = Billing,
        Scopes = [new PageScope("invoices", "Read and write invoices"), new PageScope("reports"), new PageScope("offline_access")],
        Providers = [new PageProvider("corp", "Example Corp")],
        Sealed = Sealed,
    };

    public static ConsentModel ConsentWithWarnings { get; } = Consent with
    {
        Client = Unvouched,
        RedirectUri = "http://127.0.0.1:33418/callback",
        Warnings =
        [
            new PageWarning(PageWarningKind.LoopbackOnly),
            new PageWarning(PageWarningKind.LookAlike, "Notes Assistant", "Notes Assistent"),
        ],
    };

    public static ConsentModel ConsentWithEverything { get; } = Consent with
    {
        Client = Unvouched with { Name = string.Concat(Enumerable.Repeat("Donaudampfschifffahrtsgesellschaft", 20)) },
        RedirectUri = $"https://{new string('a', 60)}.{new string('b', 60)}.example/{new string('c', 300)}?q={new string('d', 300)}",
        Server = new PageServer(new string('S', 100), new string('h', 63) + ".example.com:8443"),
        Scopes = [new PageScope(new string('s', 200)), new PageScope("openid"), new PageScope("profile"), new PageScope("email")],
        Warnings =
        [
            new PageWarning(PageWarningKind.UnvouchedName, new string('N', 300)),
            new PageWarning(PageWarningKind.Punycode, "xn--" + new string('p', 59) + ".example", "nötes.example"),
            new PageWarning(PageWarningKind.Punycode, "xn--ntes-5qa.example"),
            new PageWarning(PageWarningKind.Changed, "Before", "Now"),
            new PageWarning(PageWarningKind.Changed),
            new PageWarning(PageWarningKind.LookAlike, "Nоtes"),
        ],
        Providers = [new PageProvider("corp", "Example Corp"), new PageProvider("partner", "Partner " + new string('P', 120))],
    };

    public static ConfirmationModel Confirmation { get; } = new()
    {
        Person = "Alice Jensen",
        Provider = "Example Corp",
        Client = Vouched,
        RedirectUri = "https://app.notes.example/oauth/callback",
        Server = Billing,
        Scopes = Consent.Scopes,
        Until = new DateTimeOffset(2026, 12, 2, 9, 30, 0, TimeSpan.Zero),
        GrantsAddress = "/oauth/grants?provider=corp",
        Changes = [new PageChange(PageChangeKind.NewRedirect, "https://app.notes.example/oauth/callback"), new PageChange(PageChangeKind.NewScope, "reports")],
        Sealed = Sealed,
    };

    public static ConfirmationModel ConfirmationWithEverything { get; } = Confirmation with
    {
        Person = "alice." + new string('j', 100) + "@example.com",
        Client = ConsentWithEverything.Client,
        RedirectUri = ConsentWithEverything.RedirectUri,
        Server = ConsentWithEverything.Server,
        Scopes = ConsentWithEverything.Scopes,
        Changes =
        [
            new PageChange(PageChangeKind.FirstConsent), new PageChange(PageChangeKind.OtherPerson), new PageChange(PageChangeKind.NewServer),
            new PageChange(PageChangeKind.NewName, "Notes"), new PageChange(PageChangeKind.NewScope, new string('s', 200)),
            new PageChange(PageChangeKind.NewRedirect, ConsentWithEverything.RedirectUri),
        ],
    };

    public static GrantsModel Grants { get; } = new()
    {
        Person = "Alice Jensen",
        Provider = "Example Corp",
        Grants = [Line("grant-1", Vouched), Line("grant-2", new PageClient("Desk", ClientOrigin.Configured, null)), Line("grant-3", Unvouched)],
        IsWithdrawn = true,
        Sealed = Sealed,
    };

    public static GrantsModel GrantsWithEverything { get; } = Grants with
    {
        Grants = [Line("grant-1", ConsentWithEverything.Client) with { Server = ConsentWithEverything.Server, Scopes = ConsentWithEverything.Scopes }],
    };

    public static ConnectModel Connect { get; } = new()
    {
        Service = "GitHub",
        ServiceHost = "github.com",
        Server = new PageServer("code", Host),
        Scopes = [new PageScope("repo"), new PageScope("read:org")],
        Client = Vouched,
        Person = "Alice Jensen",
        Provider = "Example Corp",
        Sealed = Sealed,
    };

    public static ConnectModel ConnectWithEverything { get; } = Connect with
    {
        Service = new string('G', 200),
        ServiceHost = ConsentWithEverything.Server.Host,
        Server = ConsentWithEverything.Server,
        Scopes = ConsentWithEverything.Scopes,
        Client = ConsentWithEverything.Client,
        Person = "alice." + new string('j', 100) + "@example.com",
    };

    public static FaultModel Fault { get; } = new()
    {
        Fault = PageFault.WrongRedirect,
        Place = FaultPlace.Client,
        Name = "Notes Assistant",
        RequestId = "01kaf3m8zq5w7e9r2t4y6v8x0b",
    };

    /// <summary>Names of the pages; each is one page that a browser can open.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "consent", "consent-warnings", "consent-everything", "confirmation", "confirmation-everything", "grants", "grants-everything", "grants-none",
        "fault", "fault-provider", "signed-out", "signed-out-everywhere", "connect", "connect-everything",
        "connected", "not-connected", "other-person",
    ];

    /// <summary>Renders a page.</summary>
    public static string Render(string name, PageLanguage language)
    {
        var frame = new PageFrame(language, Host);
        return name switch
        {
            "consent" => ConsentPage.Render(frame, Consent),
            "consent-warnings" => ConsentPage.Render(frame, ConsentWithWarnings),
            "consent-everything" => ConsentPage.Render(frame, ConsentWithEverything),
            "confirmation" => ConfirmationPage.Render(frame, Confirmation),
            "confirmation-everything" => ConfirmationPage.Render(frame, ConfirmationWithEverything),
            "grants" => GrantsPage.Render(frame, Grants),
            "grants-everything" => GrantsPage.Render(frame, GrantsWithEverything),
            "grants-none" => GrantsPage.Render(frame, Grants with { Grants = [], IsWithdrawn = false }),
            "fault" => FaultPage.Render(frame, Fault),
            "fault-provider" => FaultPage.Render(frame, Fault with
            {
                Fault = PageFault.SignInFailed,
                Place = FaultPlace.Provider,
                Name = "Example Corp",
                Detail = "The account needs a second factor. Set it up at the provider, then try again.",
            }),
            "signed-out" => SignedOutPage.Render(frame, isEverywhere: false),
            "signed-out-everywhere" => SignedOutPage.Render(frame, isEverywhere: true),
            "connect" => ConnectPage.Render(frame, Connect),
            "connect-everything" => ConnectPage.Render(frame, ConnectWithEverything),
            "connected" => ConnectEndPage.RenderDone(frame, "GitHub", "code"),
            "not-connected" => ConnectEndPage.RenderCancelled(frame, "GitHub"),
            "other-person" => OtherPersonPage.Render(frame, "Bob Olsen", Fault.RequestId, Sealed),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    private static GrantLine Line(string id, PageClient client) => new(id, client, Billing, Consent.Scopes,
        new DateTimeOffset(2026, 11, 2, 9, 30, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 2, 9, 30, 0, TimeSpan.Zero));
}
