namespace Gatehouse.Diagnostics;

/// <summary>An exception whose message is made of constants, numbers, codes and configured names only, so that a log may hold it.</summary>
public interface IContentFreeFault;
