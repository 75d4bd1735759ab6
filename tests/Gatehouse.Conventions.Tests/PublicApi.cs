using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gatehouse.Conventions.Tests;

/// <summary>The public surface of an assembly as sorted text, a line a member. What compilers add to records is left out.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Render(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(type => !IsMadeByCompiler(type))
            .OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal)) text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        var bases = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)) bases.Add(Name(parent));
        bases.AddRange(type.GetInterfaces().Where(i => i.IsPublic && !i.FullName!.StartsWith("System.IEquatable", StringComparison.Ordinal)
            && type.BaseType?.GetInterfaces().Contains(i) != true && !type.IsEnum).Select(Name).Order(StringComparer.Ordinal));
        return $"{Kind(type)} {Name(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => type.IsByRefLike ? "ref struct" : "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
            yield break;
        }

        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily))
            yield return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}";
        foreach (var property in type.GetProperties(Declared)
            .Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen) && !IsMadeByCompiler(property)))
            yield return Property(property);
        foreach (var constructor in type.GetConstructors(Declared).Where(IsSeen).Where(c => !IsCopy(c)))
            yield return $"new({Parameters(constructor)})";
        foreach (var method in type.GetMethods(Declared).Where(method => IsSeen(method) && IsOwn(method)))
            yield return $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})";
        foreach (var happening in type.GetEvents(Declared).Where(e => e.AddMethod is { } add && IsSeen(add)))
            yield return $"event {Name(happening.EventHandlerType!)} {happening.Name}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsSeen).ToList();
        var verbs = accessors.Select(accessor => accessor.ReturnType != typeof(void) ? "get;"
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;"
            : "set;").Order(StringComparer.Ordinal);
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{required}{(accessors[0].IsStatic ? "static " : "")}{Name(property.PropertyType)} {property.Name} {{ {string.Join(' ', verbs)} }}";
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOwn(MethodInfo method) =>
        !IsMadeByCompiler(method)
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && method.Name is not ("ToString" or "Equals" or "GetHashCode" or "PrintMembers");

    // The constructor by which a record copies itself.
    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [{ } only] && only.ParameterType == constructor.DeclaringType
            && constructor.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsMadeByCompiler(MemberInfo member) =>
        member.Name.Contains('<', StringComparison.Ordinal) || member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || (member.Name == "EqualityContract" && member is PropertyInfo) || (member is Type { DeclaringType: { } outer } && IsMadeByCompiler(outer));

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")}{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = default" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return Name(inner) + "?";
        if (type.IsGenericParameter) return type.Name;
        var name = type.IsNested ? Name(type.DeclaringType!) + "." + type.Name : IsForeign(type) ? type.Name : type.FullName ?? type.Name;
        if (!type.IsGenericType) return Keyword(type) ?? name;
        return $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static bool IsForeign(Type type) => type.Namespace?.StartsWith("Gatehouse", StringComparison.Ordinal) != true;

    private static string? Keyword(Type type) => type == typeof(void) ? "void" : type.IsEnum ? null : Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "bool",
        TypeCode.Byte => "byte",
        TypeCode.Char => "char",
        TypeCode.Int32 => "int",
        TypeCode.UInt32 => "uint",
        TypeCode.Int64 => "long",
        TypeCode.UInt64 => "ulong",
        TypeCode.Double => "double",
        TypeCode.String => "string",
        _ => type == typeof(object) ? "object" : null,
    };
}
