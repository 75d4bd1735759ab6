using System.Data.Common;
using System.Security.Authentication;
using Gatehouse.Storage.Abstractions;
using Npgsql;

namespace Gatehouse.Storage;

/// <summary>
/// Faults of the server and of the way to it, as cause and remedy. No text of the server or of Npgsql is passed on: it may quote a value of a row or
/// a part of the connection string. The code of the fault (SQLSTATE) finds the whole text in the server's log.
/// </summary>
internal static class Faults
{
    /// <summary>Returns whether the fault comes from the server or from the way to it.</summary>
    public static bool IsOfServer(Exception fault) =>
        fault is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException or AuthenticationException;

    /// <summary>Returns whether the connection is gone, so that the server undoes what was not committed.</summary>
    public static bool IsLost(Exception fault) => fault switch
    {
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" or "25P03" } => true,
        PostgresException known => known.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException } => true,
        _ => false,
    };

    /// <summary>Returns whether a commit that ended so may have been done: no answer came, or the answer was not about the commit.</summary>
    public static bool IsUnclear(Exception fault) => IsLost(fault) || fault is not PostgresException;

    /// <summary>Returns cause and remedy, for a call that changed nothing.</summary>
    public static StoreException Explain(Exception fault) => fault switch
    {
        PostgresException known =>
            new($"The PostgreSQL server refused a call of the store (SQLSTATE {known.SqlState}). Nothing was changed. {Remedy(known.SqlState)}"),
        TimeoutException or { InnerException: TimeoutException } =>
            new("The PostgreSQL server did not answer in time. Nothing was changed. Check its load and the network."),
        AuthenticationException or { InnerException: AuthenticationException } =>
            new("The certificate of the PostgreSQL server was not accepted. Nothing was changed. Check its name, its end and Root Certificate."),
        _ => new("The PostgreSQL server cannot be reached, or the connection was lost. Nothing was changed. Check the server and the network."),
    };

    /// <summary>Returns the fault of a commit about which the server could not be asked.</summary>
    public static StoreException Unknown() => new(
        "The connection to the PostgreSQL server was lost while it committed a write, and the server could not be asked whether it did. The write is "
        + "whole or not at all. Check the server and the network.");

    private static string Remedy(string state) => state switch
    {
        "28000" or "28P01" => "Check user and password of the connection string, and pg_hba.conf.",
        "3D000" => "Create the database that the connection string names.",
        "42501" => "Give the role CREATE on the database, or make it the owner of the store's schema.",
        "25006" => "The server accepts no writes. Name the primary server.",
        "53100" => "The disk of the server is full. Make room.",
        "53300" => "The server has no free connection. Raise max_connections, or lower the connections of the store.",
        "55P03" or "57014" => "Another gateway held the table for too long, or the server is slow. Check its load.",
        "57P01" or "57P02" or "57P03" => "The server was stopped or is starting. Wait for it.",
        "40001" or "40P01" => "Another session held locks on the store's tables. End it.",
        _ => "Look for the code in the server's log.",
    };
}
