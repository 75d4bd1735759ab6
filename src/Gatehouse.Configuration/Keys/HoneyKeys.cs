using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of honey credentials.</summary>
internal static class HoneyKeys
{
    private static readonly KeysOf<HoneySettings> Honey = new(new HoneySettings { Name = "" });

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("honey", NamedSections,
            "Honey credentials by name: planted credentials that nothing uses. A use raises the alarm `honey-credential`. Each has `secret` or "
                + "`sha256`.")
            { OneOf = ["secret", "sha256"], Hosts = KeyHosts.Gateway },
        Honey.Secret("honey.*.secret",
            $"Planted secret: {SecretSources.Text}. The gateway raises the alarm where a key of the configuration uses the same reference, and where "
                + "a caller presents the value as a token.",
            one => one.Secret, (one, value) => one with { Secret = value }),
        Honey.Text("honey.*.sha256",
            "SHA-256 of a planted token, 64 hexadecimal digits. The gateway raises the alarm where a caller presents the token.",
            one => one.Sha256, (one, value) => one with { Sha256 = value }),
    ];
}
