using System.Reflection;

namespace Gatehouse.Range.Tests;

/// <summary>A double of any part that is an interface: does what the part does, and says that it ran.</summary>
public class MarkingProxy : DispatchProxy
{
    private object real = null!;
    private Action ran = null!;

    internal static T Around<T>(T real, Action ran) where T : class
    {
        var made = Create<T, MarkingProxy>();
        ((MarkingProxy)(object)made).real = real;
        ((MarkingProxy)(object)made).ran = ran;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name != "get_Name") ran();
        return targetMethod.Invoke(real, args);
    }
}
