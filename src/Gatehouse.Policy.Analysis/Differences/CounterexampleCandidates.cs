using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Conditions;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>The places that conditions read, with values to try.</summary>
internal sealed class CounterexampleCandidates
{
    private static readonly string[] Derived = ["iss", "sub", "client_id", "roles", "groups", "scope"];

    public CounterexampleCandidates(IReadOnlyList<Condition> leaves, PolicyCaller caller, bool open)
    {
        var values = leaves.OfType<ValueCondition>().ToList();
        var claims = values.Select(leaf => leaf.Test).OfType<ClaimTest>().Select(test => new ValueSource(ValueSourceKind.Claim, test.Claim));
        var sources = values.Select(leaf => leaf.Source).Concat(claims).Where(source => IsFree(source, open)).Distinct().ToList();
        var shared = Shared(values, caller);
        var places = sources.Select(
            source => new CounterexampleVariable(source,
                ValueSamples.For([.. values.Where(leaf => leaf.Source.Equals(source)).Select(leaf => leaf.Test)], Links(values, source) ? shared
                    : []))).ToList();
        if (leaves.Any(leaf => leaf is TimeCondition))
            places.Add(new CounterexampleVariable(null,
                [.. TimeSamples.For(leaves.OfType<TimeCondition>()).Select(at => (JsonNode?)JsonValue.Create(at.UtcTicks))]));
        Places = places;
        AreExhaustive = values.All(IsClosed) && !Overlap(sources) && !MixesPaths(values);
    }

    public IReadOnlyList<CounterexampleVariable> Places { get; }

    /// <summary>True when no other value could come out differently.</summary>
    public bool AreExhaustive { get; }

    public (PolicyCaller Caller, PolicyRequest Request) Apply(int[] choice, PolicyCaller caller, in PolicyRequest request)
    {
        JsonObject arguments = [], claims = [];
        var at = request.At == default ? TimeSamples.Usual : request.At;
        for (var i = 0; i < choice.Length; i++)
        {
            var (source, value) = (Places[i].Source, Places[i].Values[choice[i]]);
            if (source is null) at = new DateTimeOffset(value!.GetValue<long>(), TimeSpan.Zero);
            else if (value is not null) Put(source.Kind == ValueSourceKind.Argument ? arguments : claims, source.Path.Parts.AsSpan(), value);
        }

        return (caller with { Claims = claims },
            request with { Arguments = request.LeavesArgumentsOpen ? default : Encoding.UTF8.GetBytes(arguments.ToJsonString()), At = at });
    }

    private static bool IsFree(ValueSource source, bool open) => source.Kind switch
    {
        ValueSourceKind.Argument => !open,
        ValueSourceKind.Claim => !Derived.Contains(source.Path.Parts[0]),
        _ => false,
    };

    private static bool Links(List<ValueCondition> values, ValueSource source) =>
        values.Any(leaf => leaf.Test is ClaimTest test
            && (leaf.Source.Equals(source) || (source.Kind == ValueSourceKind.Claim && test.Claim.Equals(source.Path))));

    // What is compared with a claim must be able to equal it, and what the claim is compared with.
    private static List<JsonNode> Shared(List<ValueCondition> values, PolicyCaller caller)
    {
        var linked = values.Where(leaf => Links(values, leaf.Source)).SelectMany(leaf => ValueSamples.For([leaf.Test], [])).OfType<JsonValue>();
        return [.. linked.Append(JsonValue.Create(caller.Subject)).DistinctBy(value => value.ToJsonString())];
    }

    private static bool IsClosed(ValueCondition leaf) =>
        leaf.Source.Kind != ValueSourceKind.Variable && !leaf.Source.Path.HasWildcard && leaf.Test is not PatternTest
        && !(leaf.Source.Kind == ValueSourceKind.Claim && Derived.Contains(leaf.Source.Path.Parts[0]) && leaf.Test is not InTest);

    private static bool Overlap(List<ValueSource> sources) => sources.Any(source => sources.Any(other =>
        source != other && source.Kind == other.Kind && other.Path.Parts.Length > source.Path.Parts.Length
            && other.Path.Parts.AsSpan().StartsWith(source.Path.Parts.AsSpan())));

    private static bool MixesPaths(List<ValueCondition> values) => values.GroupBy(leaf => leaf.Source).Any(group =>
        group.Any(leaf => leaf.Test is PathTest) && group.Any(leaf => leaf.Test is PrefixTest));

    private static void Put(JsonObject into, ReadOnlySpan<string> parts, JsonNode value)
    {
        if (parts.Length == 1)
        {
            into[parts[0]] = value.DeepClone();
        }
        else if (parts[1] == "*")
        {
            into[parts[0]] = new JsonArray(Wrap(parts[2..], value));
        }
        else
        {
            if (into[parts[0]] is not JsonObject inner) into[parts[0]] = inner = [];
            Put(inner, parts[1..], value);
        }
    }

    private static JsonNode Wrap(ReadOnlySpan<string> parts, JsonNode value)
    {
        if (parts.IsEmpty) return value.DeepClone();
        var inner = Wrap(parts[1..], value);
        return parts[0] == "*" ? new JsonArray(inner) : new JsonObject { [parts[0]] = inner };
    }
}
