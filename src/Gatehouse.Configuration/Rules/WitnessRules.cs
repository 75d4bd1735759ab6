using System.Text.RegularExpressions;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>Witnesses of the audit log, and the outside places of its checkpoints.</summary>
internal static partial class WitnessRules
{
    // Each is asked in turn, by one sender.
    private const int Most = 16;

    private const int MostKeys = 8;

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var audit = root.Part("audit");
        var (witnesses, places) = (audit.Parts("witnesses"), audit.Parts("checkpoints"));
        foreach (var list in (IReadOnlyList<ConfigurationSection>[])[witnesses, places]) CheckNames(list, faults);
        foreach (var witness in witnesses) CheckWitness(witness, faults);
        foreach (var place in places)
        {
            if (place.Find("url") is { } url && !UrlText.IsProtected((Uri)url.Content))
                faults.Add(url, "checkpoints would leave this machine without TLS", "use https, or a place on loopback");
        }

        CheckKeys(witnesses, faults);
    }

    private static void CheckNames(IReadOnlyList<ConfigurationSection> list, FaultList faults)
    {
        foreach (var over in list.Skip(Most).Take(1)) faults.Add(over, $"there are more than {Most}", "remove some");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in list)
        {
            if (section.Find("name") is not { } name) continue;
            if (!NameForm().IsMatch(name.Text))
                faults.Add(name, "the name is not made of letters, digits, '-' and '_', at most 63, beginning with a letter", "choose another name");
            else if (!names.Add(name.Text)) faults.Add(name, "another entry has this name already", "give each a different name");
        }
    }

    private static void CheckWitness(ConfigurationSection witness, FaultList faults)
    {
        if (witness.Find("url") is { } url && !UrlText.IsProtected((Uri)url.Content))
            faults.Add(url, "an answer without TLS can be held back or delayed on the network", "use https, or a witness behind a proxy on loopback");
        if (witness.Find("url") is { } query && ((Uri)query.Content).Query.Length > 0)
            faults.Add(query, "the address of a witness has no query", "write the address before /add-checkpoint");
        if (witness.Find("operator") is { } words && !WitnessKey.IsOperator(words.Text))
            faults.Add(words, "the operator is not one line of words, at most 200 characters", "name the person or organization that runs the witness");
        if (witness.Find("keys") is { Items.Count: 0 or > MostKeys } count)
            faults.Add(count, $"a witness has 1 to {MostKeys} keys", "list the verifier keys that the operator of the witness gave you");
    }

    private static void CheckKeys(IReadOnlyList<ConfigurationSection> witnesses, FaultList faults)
    {
        var owners = new Dictionary<string, ConfigurationSection>(StringComparer.Ordinal);
        foreach (var witness in witnesses)
        {
            string? first = null;
            foreach (var item in witness.Items("keys"))
            {
                if (!WitnessKey.TryParse(item.Text, out var key, out var fault))
                    faults.Add(item, fault, "write a line that 'gatehouse witness init' printed for the operator of the witness");
                else if ((first ??= key.Key.Name) != key.Key.Name)
                    faults.Add(item, "this key is of another witness than the first one", "give each witness an entry of its own");
                else if (owners.TryAdd(key.Key.Name, witness)) continue;
                else if (owners[key.Key.Name] != witness)
                    faults.Add(item, "another entry has the keys of this witness already", "one witness counts once; remove one of the entries");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
