using System.Security.Cryptography;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>Honey credentials.</summary>
internal static class HoneyRules
{
    /// <summary>The most honey credentials: a presented token is compared with each.</summary>
    public const int MostHoney = 100;

    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var honey = root.Parts("honey");
        foreach (var digest in honey.Select(one => one.Find("sha256")).OfType<ConfiguredValue>())
        {
            if (digest.Text.Length != 2 * SHA256.HashSizeInBytes || digest.Text.Any(static digit => !char.IsAsciiHexDigit(digit)))
                faults.Add(digest, "this is no SHA-256", "write 64 hexadecimal digits, as `printf %s TOKEN | sha256sum` prints them");
        }

        if (honey.Count > MostHoney && honey[MostHoney].AllValues().FirstOrDefault() is { } tooMany)
            faults.Add(tooMany, $"there are more than {MostHoney} honey credentials", $"keep at most {MostHoney}");
    }
}
