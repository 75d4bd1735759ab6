using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.SensitiveData;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of <c>protection</c> from a section without a fault.</summary>
internal static class ProtectionBuilder
{
    public static ProtectionSettings Build(ConfigurationSection section)
    {
        ClassificationLabel[] labels = [.. section.Parts("labels").Index().Select(static one => new ClassificationLabel(one.Item.Get<string>("name")!,
            one.Index, [.. one.Item.Texts("ids").Select(static id => id.ToLowerInvariant())], one.Item.Texts("titles")))];
        return Build(section, labels);
    }

    private static ProtectionSettings Build(ConfigurationSection section, ClassificationLabel[] labels) => new()
    {
        IsConfigured = section.IsGiven,
        Labels = labels,
        Preset = ProtectionPreset.Find(section.Get<string>("preset") ?? ProtectionPreset.Observe.Name)!,
        Mark = section.Part("untrusted").Get<string>("mark") is { } mark ? Enum.Parse<UntrustedMark>(mark, ignoreCase: true) : UntrustedMark.None,
        Opinions = [.. Opinions(section.Part("opinion"))],
        Rules =
        [
            .. section.Parts("rules").Select(part => Rule(part, labels)),
            .. OfSection(section.Part("personalData"), "personalData", static part =>
                part.Find("kinds") is null ? SensitiveData.Personal : part.Texts("kinds")),
            .. OfSection(section.Part("secrets"), "secrets", static _ => [SensitiveData.Secret]),
        ],
        OwnKinds = [.. section.Parts("ownKinds").Select(static part => new OwnDataKind(
            part.Name, part.Get<string>("pattern") is { } pattern ? new Regex(pattern, OwnDataKind.Options) : null, part.Texts("context"))
        { Words = part.Find("words") is null ? null : new WordList(part.Texts("words")) })],
        Suppressions = [.. section.Parts("suppressions").Select(static part => new MessageSuppression
        {
            Server = part.Get<string>("server")!,
            Tools = MessageInspectionBuilder.Names(part, "tools"),
            Finding = part.Get<string>("kind")!,
            Reason = part.Get<string>("reason")!,
            Expires = InspectionRules.End(part.Get<string>("until")!)!.Value,
        })],
    };

    private static IEnumerable<OpinionSettings> Opinions(ConfigurationSection section)
    {
        if (section.IsGiven && section.Part("contentSafety") is { IsGiven: true } azure)
        {
            var credential = azure.Part("credential");
            yield return Common(azure, new OpinionSettings
            {
                Service = OpinionService.ContentSafety,
                Url = azure.Get<Uri>("endpoint")!,
                Identity = credential.Get<string>("identity") switch
                {
                    "managedIdentity" => AzureIdentityKind.Managed,
                    "workloadIdentity" => AzureIdentityKind.Workload,
                    _ => null,
                },
                ClientId = credential.Get<string>("clientId"),
                Credential = azure.Get<SecretReference>("key") is { } key ? new CredentialSettings("Ocp-Apim-Subscription-Key", key, "") : null,
                Harm = Harm(azure.Part("harm")),
                BlockLists = azure.Texts("blockLists"),
                Categories = azure.Texts("categories"),
            });
        }

        if (section.IsGiven && section.Part("classifier") is { IsGiven: true } own)
            yield return Common(own, new OpinionSettings
            {
                Service = OpinionService.Classifier,
                Url = own.Get<Uri>("url")!,
                Credential = ServerBuilder.Credential(own.Part("credential")),
            });
    }

    private static Dictionary<string, int> Harm(ConfigurationSection section) => OpinionKeys.Harm
        .Where(one => section.IsGiven && section.Find(one.Key) is not null)
        .ToDictionary(static one => one.Value, one => int.Parse(section.Get<string>(one.Key)!, CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private static OpinionSettings Common(ConfigurationSection section, OpinionSettings settings) => section.Into(settings) with
    {
        Servers = MessageInspectionBuilder.Names(section, "servers"),
        NeverSend = MessageInspectionBuilder.Names(section, "neverSend"),
    };

    private static IEnumerable<ProtectionRule> OfSection(
        ConfigurationSection part, string id, Func<ConfigurationSection, IReadOnlyList<string>> kinds) =>
        !part.IsGiven ? []
            : [new ProtectionRule { Id = id, Mode = ProtectionWords.Mode(part.Get<string>("mode")!), Kinds = new NameSet(kinds(part)) }];

    private static ProtectionRule Rule(ConfigurationSection section, ClassificationLabel[] labels) => new()
    {
        Above = section.Get<string>("above") is { } above ? labels.First(label => label.Name == above).Rank : null,
        Id = section.Get<string>("id")!,
        Mode = ProtectionWords.Mode(section.Get<string>("mode")!),
        Kinds = MessageInspectionBuilder.Names(section, "kinds"),
        Direction = section.Get<string>("direction") is { } direction ? ProtectionWords.Direction(direction) : null,
        Servers = MessageInspectionBuilder.Names(section, "servers"),
        Tools = MessageInspectionBuilder.Names(section, "tools"),
        Confidence = Enum.Parse<Confidence>(section.Get<string>("confidence")!, ignoreCase: true),
        Who = MessageInspectionBuilder.WhoOf(section),
    };
}
