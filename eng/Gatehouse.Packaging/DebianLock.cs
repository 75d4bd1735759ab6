namespace Gatehouse.Packaging;

/// <summary>The Debian packages of the image (<c>deploy/image/debian.lock</c>): architecture, name, version, SHA-256, licence.</summary>
internal static class DebianLock
{
    /// <summary>Adds the packages of an architecture to a bill.</summary>
    /// <exception cref="InvalidDataException">A line has another form.</exception>
    public static void AddTo(Bom bill, string path, string architecture)
    {
        foreach (var line in File.ReadLines(path).Where(static line => line.Length > 0 && line[0] != '#' && !line.StartsWith("as-of ", StringComparison.Ordinal)))
        {
            if (line.Split(' ', 5) is not [var of, var name, var version, { Length: 64 } hash, var licence])
                throw new InvalidDataException($"{path}: a line has another form: {line}");
            if (of != architecture && of != "all") continue;
            var url = new PackageUrl("deb/debian", name, version) { Qualifier = $"?arch={of}&distro=debian-12" };
            bill.AddThirdParty(url, licence, "SHA-256", hash);
            bill.AddDependency(bill.Subject, url.Text);
        }
    }
}
