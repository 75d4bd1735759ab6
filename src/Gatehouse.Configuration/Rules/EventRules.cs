using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The events of issuers about people (AZ-05).</summary>
internal static partial class EventRules
{
    private const string Prefix = "/events";

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var issuers = root.Parts("issuers").Where(issuer => issuer.Part("events").IsGiven).ToList();
        foreach (var issuer in issuers) Check(root, issuer, issuer.Part("events"), faults);
        if (!issuers.Any(issuer => TakesRequests(issuer.Part("events")))) return;
        foreach (var path in root.Parts("servers").Select(server => server.Find("path")).OfType<ConfiguredValue>().Where(path => IsTaken(path.Text)))
            faults.Add(path, "the endpoints of events use this path", $"choose a path that does not begin with {Prefix}");
    }

    private static void Check(ConfigurationSection root, ConfigurationSection issuer, ConfigurationSection events, FaultList faults)
    {
        if (issuer.Get<string>("profile") != "strict" || (issuer.Find("subjectClaim") is { } claim && claim.Text != "sub"))
            faults.Add(events, "events name a person by 'sub', and this issuer's people have another claim as their subject",
                "remove 'events', or let 'sub' name the subject");
        if (TakesRequests(events) && (issuer.Find("name") is not { } name || !NameForm().IsMatch(name.Text)))
            faults.Add(events, "the address for pushes and logouts ends with the name of the issuer, and this name cannot be part of an address",
                "add 'name' to the issuer, of letters, digits, '-' and '_', beginning with a letter");
        CheckPoll(issuer, events, faults);
        if (events.Find("transmitter") is { } transmitter) IssuerRules.CheckUrl(transmitter, faults);
        foreach (var key in (string[])["transmitter", "audience"])
        {
            if (events.Find(key) is { } idle && !events.Wrote("poll") && !events.Wrote("pushToken"))
                faults.Add(idle, "without a poll or push no event has it", $"remove '{key}', or add 'poll' or 'pushToken'");
        }

        // Threat: a logout token for another client of the issuer signs people out here (CWE-345).
        if (events.Get<bool>("logout") && !issuer.Part("client").IsGiven && !IsSignInProvider(root, issuer))
            faults.Add(events, "a logout token is for a client of the issuer, and the gateway is none",
                "add 'client' to the issuer, or remove 'logout'");
    }

    private static void CheckPoll(ConfigurationSection issuer, ConfigurationSection events, FaultList faults)
    {
        if (events.Find("poll") is not { } poll) return;
        if (!UrlText.IsProtected((Uri)poll.Content)) faults.Add(poll, "the gateway would send its token without TLS", "write https://");
        if (!events.Wrote("token") && !issuer.Part("client").IsGiven)
            faults.Add(events, "the gateway has no token for the poll", "add 'token', or add 'client' to the issuer");
        if (events.Wrote("token") && events.Find("scopes") is { IsGiven: true } scopes)
            faults.Add(scopes, "the list has no effect with a token that is given", "remove 'scopes' or 'token'");
    }

    private static bool TakesRequests(ConfigurationSection events) => events.Wrote("pushToken") || events.Get<bool>("logout");

    private static bool IsSignInProvider(ConfigurationSection root, ConfigurationSection issuer) =>
        root.Part("authorizationServer") is { IsGiven: true } server
            && server.Parts("providers").Any(one => one.Get<string>("issuer") == issuer.Get<string>("issuer"));

    private static bool IsTaken(string path) =>
        path.Equals(Prefix, StringComparison.OrdinalIgnoreCase) || path.StartsWith(Prefix + "/", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
