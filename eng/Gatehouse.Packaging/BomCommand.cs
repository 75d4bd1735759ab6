using System.Security.Cryptography;

namespace Gatehouse.Packaging;

/// <summary>Writes the bill of materials of one file.</summary>
internal sealed class BomCommand
{
    private const string HostPackage = "Microsoft.NETCore.App.Host.linux-x64";

    private readonly IReadOnlyList<Library> libraries;
    private readonly PackageFolder packages;
    private readonly Shipped shipped;
    private readonly PackageUrl product;
    private readonly Bom bill;

    private BomCommand(Options options)
    {
        var isTool = options.Required("--kind") == "tool";
        libraries = DependencyFile.Read(options.Required("--deps"));
        packages = new PackageFolder(options.Required("--packages"));
        shipped = isTool ? Shipped.Package(options.Required("--file")) : Shipped.Of(options.Required("--file"), options.Required("--parts"));
        product = isTool
            ? new PackageUrl("nuget", "Gatehouse", libraries[0].Version)
            : new PackageUrl("generic", "gatehouse", libraries[0].Version) { Qualifier = "?platform=linux-x64" };
        bill = new Bom(shipped, product, options.Required("--commit"), options.Moment("--time"));
    }

    /// <summary>Reads what the options name and writes the bill to <c>--output</c>.</summary>
    public static void Run(Options options)
    {
        var command = new BomCommand(options);
        command.AddParts(options.Optional("--program"));
        if (options.Optional("--host") is { Length: > 0 } host) command.AddHost(host);
        foreach (var library in command.libraries.Skip(1)) command.Add(library);
        command.AddUses();
        command.AddData();
        File.WriteAllText(options.Required("--output"), command.bill.Render());
    }

    private static PackageUrl UrlOf(Library library) =>
        new(library.Kind == "project" ? "generic" : "nuget", library.Name, library.Version);

    private void AddParts(string? program)
    {
        foreach (var file in libraries[0].Files) bill.AddPart(file, shipped.HashOf(file));
        if (program is { Length: > 0 }) bill.AddPart(Path.GetFileName(program), HashOf(program));
    }

    // The native part that holds the runtime in a program of one file: a file of a package that the SDK brings along.
    private void AddHost(string path)
    {
        // …/Microsoft.NETCore.App.Host.linux-x64/10.0.12/runtimes/linux-x64/native/singlefilehost
        var folders = path.Split('/');
        var at = Array.IndexOf(folders, "runtimes");
        if (at < 2) throw new InvalidDataException($"{path} is in no package");
        // Among packages the folder is in lower case, beside the SDK it is not.
        var name = folders[at - 2].Equals(HostPackage, StringComparison.OrdinalIgnoreCase) ? HostPackage : folders[at - 2];
        var url = new PackageUrl("nuget", name, folders[at - 1]);
        bill.AddForeign(url, "MIT", "SHA-256", HashOf(path));
        bill.Use(bill.Subject, url.Text);
    }

    private void Add(Library library)
    {
        var url = UrlOf(library);
        if (library.Kind == "project")
        {
            bill.AddOwn(url, shipped.HashOf(library.Files.Single()));
            return;
        }

        var licence = packages.Licence(library.Name, library.Version);
        bill.AddForeign(url, licence, "SHA-512", packages.Hash(library.Name, library.Version), library.Checksum);
    }

    private void AddUses()
    {
        var byName = libraries.Skip(1).ToDictionary(static library => library.Name, static library => UrlOf(library).Text, StringComparer.Ordinal);
        foreach (var used in libraries[0].Uses.Select(Known)) bill.Use(bill.Subject, used);
        foreach (var pack in libraries.Where(static library => library.Kind == "runtimepack")) bill.Use(bill.Subject, UrlOf(pack).Text);
        foreach (var library in libraries.Skip(1))
        {
            foreach (var used in library.Uses.Select(Known)) bill.Use(UrlOf(library).Text, used);
        }

        // A pack is a dependency of the program under the name of the pack, which has a prefix there.
        string Known(string name) => byName.TryGetValue(name.Replace("runtimepack.", "", StringComparison.Ordinal), out var found)
            ? found
            : throw new InvalidDataException($"the deps.json uses {name} and does not list it");
    }

    private void AddData()
    {
        foreach (var data in CarriedData.All)
        {
            var url = new PackageUrl("generic", data.Name, data.Version);
            bill.AddData(url, data.Licence);
            foreach (var holder in data.Holders) bill.Use(UrlOf(Holder(holder)).Text, url.Text);
        }

        Library Holder(string name) => libraries.SingleOrDefault(library => library.Name == name)
            ?? throw new InvalidDataException($"{name}, which holds data of others, is not in the deps.json");
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
