using System.Globalization;

namespace Gatehouse.Onboarding;

/// <summary>Names of backups: next to the file, with program and time.</summary>
internal static class BackupName
{
    /// <summary>Returns a name that no file has yet.</summary>
    public static string Of(string path, TimeProvider time)
    {
        var stem = string.Create(CultureInfo.InvariantCulture, $"{path}.gatehouse-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? stem + ".bak" : string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}.bak");
            if (!Path.Exists(name)) return name;
        }
    }
}
