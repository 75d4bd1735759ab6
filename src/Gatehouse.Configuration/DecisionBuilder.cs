using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of settings for decisions that are requested from others and served to others.</summary>
internal static class DecisionBuilder
{
    public static DecisionPointSettings? Point(ConfigurationSection section) => !section.IsGiven ? null : section.Into(new DecisionPointSettings
    {
        Url = section.Get<Uri>("url")!,
        Credential = ServerBuilder.Credential(section.Part("credential")),
        Pins = [.. section.Texts("pins").Select(pin => pin[ServerRules.PinPrefix.Length..])],
        Cache = section.Part("cache").Into(new DecisionCacheSettings()),
    });

    public static DecisionServiceSettings? Service(ConfigurationSection section) =>
        section.IsGiven ? section.Into(new DecisionServiceSettings { Who = SettingsBuilder.Who(section.Part("who"))! }) : null;
}
