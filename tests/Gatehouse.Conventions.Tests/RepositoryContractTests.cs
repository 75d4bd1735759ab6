using System.Reflection;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Conventions.Tests;

/// <summary>
/// No synchronous read of the store lies on the path of a request: the repositories have no synchronous method, whoever uses them sees the
/// contracts alone, and a wait that blocks is a banned symbol (<c>eng/BannedSymbols.txt</c>).
/// </summary>
public sealed class RepositoryContractTests
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // The keys of the audit log's persons are needed before an entry can be queued, which blocks no longer than the commit that follows. Nearly
    // always they are in memory (decision 0117).
    private static IEnumerable<Type> Contracts =>
        typeof(IStore).Assembly.GetTypes()
            .Where(type => type.IsInterface && type.Namespace == typeof(IStore).Namespace && type != typeof(ISubjectKeyStore));

    [Fact]
    public void EveryMethodOfARepository_IsAsynchronous_AndCanBeCancelled() => Repository.RequireNone(
        from type in Contracts
        from method in type.GetMethods()
        where !method.IsSpecialName
        let parameters = method.GetParameters()
        where !IsAsynchronous(method) || parameters.Length == 0 || parameters[^1].ParameterType != typeof(CancellationToken)
        select $"{type.Name}.{method.Name}");

    [Fact]
    public void TheStore_HasNoSynchronousMethodBesideTheOneThatOpensIt() => Repository.RequireNone(
        from type in new[] { typeof(RelationalStore), typeof(Store) }
        from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where !method.IsSpecialName && !IsAsynchronous(method)
        select $"{type.Name}.{method.Name}");

    // A room that held the store itself could come to depend on what the contract does not promise.
    [Fact]
    public void TheGateway_HoldsTheContractsAndNotTheStore() => Repository.RequireNone(
        from room in new[] { "Gatehouse.Gateway", "Gatehouse.Containment" }
        from type in Assembly.Load(room).GetTypes()
        from member in type.GetMembers(All)
        where Types(member).Contains(typeof(Store))
        select $"{type.Name}.{member.Name} has the type Store; take the repository that is needed");

    [Fact]
    public void Databases_AreKnownToTheStoreAlone() => Repository.RequireNone(
        from path in Directory.GetFiles(AppContext.BaseDirectory, "Gatehouse.*.dll")
        let name = Path.GetFileNameWithoutExtension(path)
        where name != "Gatehouse.Storage" && !name.Contains(".Tests", StringComparison.Ordinal)
        from reference in Assembly.LoadFrom(path).GetReferencedAssemblies()
        where reference.Name is "Microsoft.Data.Sqlite" or "SQLitePCLRaw.core" or "Npgsql"
        select $"{name} uses {reference.Name}");

    // The result of a ValueTask that has not ended is refused by the compiler's own rule, CA2012.
    [Fact]
    public void WaitsThatBlock_AreBanned()
    {
        var banned = Repository.Read("eng/BannedSymbols.txt");
        Assert.All(
            ["Task.Wait;", "Task`1.Result;", "Task`1.GetAwaiter;", "ValueTask`1.GetAwaiter;", "SemaphoreSlim.Wait;"],
            symbol => Assert.Contains(symbol, banned, StringComparison.Ordinal));
    }

    // The file is not among the sources of the verifier, so its absence is no error of the build.
    [Fact]
    public void ConnectionsToServers_AreMadeInOnePlace()
    {
        Assert.Contains("eng/BannedSymbols.Connections.txt", Repository.Read("src/Directory.Build.props"), StringComparison.Ordinal);
        var banned = Repository.Read("eng/BannedSymbols.Connections.txt");
        Assert.All(
            ["SocketsHttpHandler.#ctor;", "Socket.#ctor(", "TcpClient;", "SslStream;", "ClientWebSocket;"],
            symbol => Assert.Contains(symbol, banned, StringComparison.Ordinal));
    }

    private static bool IsAsynchronous(MethodInfo method) =>
        typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType == typeof(ValueTask)
        || (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        _ => [],
    };
}
