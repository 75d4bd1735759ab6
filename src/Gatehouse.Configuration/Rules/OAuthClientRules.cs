using System.Text.RegularExpressions;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The clients that an administrator registers at the authorization server.</summary>
internal static partial class OAuthClientRules
{
    private const int LongestName = 100;

    public static void Check(ConfigurationSection server, FaultList faults)
    {
        var clients = server.Parts("clients");
        foreach (var client in clients) CheckClient(client, faults);
        foreach (var twice in clients.Select(client => client.Find("id")).OfType<ConfiguredValue>()
            .GroupBy(id => id.Text, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            faults.Add(twice, "another client has this id already", "give each a different id");
    }

    private static void CheckClient(ConfigurationSection client, FaultList faults)
    {
        if (client.Find("id") is { } id && !IdForm().IsMatch(id.Text))
            faults.Add(id, "this is not a client id", "write visible ASCII characters without spaces, at most 200");
        if (client.Find("name") is { } name && (name.Text.Trim().Length == 0 || name.Text.Length > LongestName))
            faults.Add(name, "people cannot read this name on the consent page", $"write 1 to {LongestName} characters");
        if (client.Find("redirectUris") is { Items.Count: 0 } none)
            faults.Add(none, "without a redirect URI the client can get no answer", "name at least one");
        foreach (var uri in client.Items("redirectUris"))
        {
            if (RedirectUriRemedies.Find(uri.Text) is { } fault) faults.Add(uri, fault.Message, fault.Remedy);
        }

        if (client.Get<bool>("mayIntrospect") && !client.Wrote("secret"))
            faults.Add(client.Find("mayIntrospect")!, "the client has no secret, so everyone could ask about tokens in its name",
                "add 'secret', or remove 'mayIntrospect'");
    }

    [GeneratedRegex(@"^[!-~]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
