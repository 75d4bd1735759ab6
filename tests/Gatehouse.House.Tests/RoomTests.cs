using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Gatehouse.House.Tests;

/// <summary>Rooms use only the rooms that <c>docs/developers/architecture.md</c> names.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Allowed = Markdown.Rows(Repository.Read("docs/developers/architecture.md"))
        .Where(row => row[0].StartsWith("`Gatehouse.", StringComparison.Ordinal) && row.Length == 3)
        .ToDictionary(row => row[0].Trim('`'), row => row[2] == "–" ? [] : row[2].Split(", ").Select(name => "Gatehouse." + name).ToArray());

    private static IEnumerable<string> Rooms => Repository.Files("src", ".csproj").Concat(Repository.Files("range", ".csproj"));

    [Fact]
    public void TheTable_NamesEveryRoom() =>
        Assert.Equal(Rooms.Select(file => Path.GetFileNameWithoutExtension(file)).Order(), Allowed.Keys.Order());

    [Fact]
    public void Projects_ReferenceWhatTheTableAllows() => Repository.RequireNone(
        from file in Rooms
        let room = Path.GetFileNameWithoutExtension(file)
        from reference in XDocument.Parse(Repository.Read(file)).Descendants("ProjectReference")
        let used = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
        where !Allowed[room].Contains(used)
        select $"{room} references {used}");

    [Fact]
    public void Assemblies_UseWhatTheTableAllows() => Repository.RequireNone(
        from room in Allowed.Keys
        let path = Path.Combine(AppContext.BaseDirectory, room + ".dll")
        where File.Exists(path)
        from reference in Assembly.LoadFrom(path).GetReferencedAssemblies()
        where reference.Name!.StartsWith("Gatehouse.", StringComparison.Ordinal) && !Reach(room).Contains(reference.Name)
        select $"{room} uses {reference.Name}");

    [Fact]
    public void ThePipeline_KnowsNoWebServer() =>
        Assert.DoesNotContain(typeof(Pipeline.GatewayPipeline).Assembly.GetReferencedAssemblies(), reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    // Who audits a gateway runs this and no more: it opens files to read them, and calls nothing that changes one, starts or connects.
    [Fact]
    public void TheVerifier_WritesNothing()
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Gatehouse.Audit.Verification.dll")));
        var code = file.GetMetadataReader();
        string[] reading = ["OpenHandle", "Read", "EnumerateFiles", "GetFileName", "Exists"];
        Repository.RequireNone(
            from handle in code.MemberReferences
            let member = code.GetMemberReference(handle)
            where member.Parent.Kind == HandleKind.TypeReference
            let type = code.GetTypeReference((TypeReferenceHandle)member.Parent)
            let place = code.GetString(type.Namespace)
            let name = code.GetString(member.Name)
            where place is "System.IO" || (place == "System.Diagnostics" && code.GetString(type.Name).StartsWith("Process", StringComparison.Ordinal)) || place.StartsWith("System.Net", StringComparison.Ordinal)
            where !(place == "System.IO" && reading.Contains(name))
            select $"Gatehouse.Audit.Verification uses {place}.{code.GetString(type.Name)}.{name}");
    }

    private static HashSet<string> Reach(string room) => [.. Allowed[room].SelectMany(used => Reach(used).Append(used))];
}
