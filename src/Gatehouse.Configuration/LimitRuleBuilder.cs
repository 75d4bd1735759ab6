using Gatehouse.Configuration.Reading;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>Makes one rule of <c>limits.rules</c>.</summary>
internal static class LimitRuleBuilder
{
    public static LimitRule Build(ConfigurationSection section)
    {
        var rate = section.Find("requests")?.Content as Rate?;
        var burst = (int)section.Get<long>("burst");
        return new LimitRule
        {
            Id = section.Get<string>("id")!,
            Per = section.Texts("per").Aggregate(LimitParties.None, (sum, name) => sum | Party(name)),
            Servers = Names(section, "servers"),
            Tools = Names(section, "tools"),
            Requests = rate,
            Burst = burst > 0 ? burst : rate?.Count ?? 1,
            Concurrent = (int)section.Get<long>("concurrent"),
            Daily = section.Get<long>("daily"),
            BytesPerDay = section.Get<long>("bytesPerDay"),
        };
    }

    private static LimitParties Party(string name) => name switch
    {
        "caller" => LimitParties.Caller,
        "client" => LimitParties.Client,
        "server" => LimitParties.Server,
        _ => LimitParties.Tool,
    };

    private static NameSet? Names(ConfigurationSection section, string key) =>
        section.Find(key) is { } value ? new NameSet(value.Items.Select(item => item.Text)) : null;
}
